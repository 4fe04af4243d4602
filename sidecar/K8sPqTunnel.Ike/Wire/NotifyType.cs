namespace K8sPqTunnel.Ike.Wire;

/// <summary>Notify message types (RFC 7296 3.10.1 and the RFCs named): errors below 16384, status from there.</summary>
internal enum NotifyType : ushort
{
    UnsupportedCriticalPayload = 1,
    InvalidIkeSpi = 4,
    InvalidMajorVersion = 5,
    InvalidSyntax = 7,
    InvalidMessageId = 9,
    InvalidSpi = 11,
    NoProposalChosen = 14,
    InvalidKePayload = 17,
    AuthenticationFailed = 24,
    SinglePairRequired = 34,
    NoAdditionalSas = 35,
    InternalAddressFailure = 36,
    FailedCpRequired = 37,
    TsUnacceptable = 38,
    InvalidSelectors = 39,
    /// <summary>RFC 4555 4.1.</summary>
    UnacceptableAddresses = 40,

    /// <summary>RFC 4555 4.1.</summary>
    UnexpectedNatDetected = 41,

    TemporaryFailure = 43,
    ChildSaNotFound = 44,

    /// <summary>RFC 9370 2.2.4.</summary>
    StateNotFound = 47,

    InitialContact = 16384,
    AdditionalTsPossible = 16386,
    NatDetectionSourceIp = 16388,
    NatDetectionDestinationIp = 16389,
    Cookie = 16390,
    RekeySa = 16393,

    /// <summary>RFC 4555 4.2, as the next seven.</summary>
    MobikeSupported = 16396,
    AdditionalIp4Address = 16397,
    AdditionalIp6Address = 16398,
    NoAdditionalAddresses = 16399,
    UpdateSaAddresses = 16400,
    Cookie2 = 16401,
    NoNatsAllowed = 16402,

    /// <summary>RFC 5685 7, as the next two.</summary>
    RedirectSupported = 16406,
    Redirect = 16407,
    RedirectedFrom = 16408,

    /// <summary>RFC 6023 3.</summary>
    ChildlessSupported = 16418,

    /// <summary>RFC 7383 2.3.</summary>
    FragmentationSupported = 16430,

    /// <summary>RFC 7427 4.</summary>
    SignatureHashAlgorithms = 16431,

    /// <summary>RFC 8784 3.</summary>
    UsePpk = 16435,

    /// <summary>RFC 8784 5.1.</summary>
    PpkIdentity = 16436,

    /// <summary>RFC 8784 3.</summary>
    NoPpkAuth = 16437,

    /// <summary>RFC 9242 3.1.</summary>
    IntermediateExchangeSupported = 16438,

    /// <summary>RFC 9370 2.2.4.</summary>
    AdditionalKeyExchange = 16441,

    /// <summary>RFC 9867 3.1.</summary>
    UsePpkInIntermediate = 16445,

    /// <summary>RFC 9867 3.1.</summary>
    PpkIdentityKey = 16446,

    /// <summary>draft-ietf-ipsecme-ikev2-downgrade-prevention.</summary>
    FullTranscriptAuth = 16447,

    /// <summary>Of the range for private use, where whoever does not know a status passes over it: fills a message up to a size.</summary>
    PathProbe = 57110,
}
