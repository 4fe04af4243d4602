namespace K8sPqTunnel.Ike.Wire;

/// <summary>Which payload may appear in which message, how often and where. A known payload without a row is a fault.</summary>
/// <remarks>Answers need no payload of an exchange's core: the answer to a refused request is a Notify alone (RFC 7296 2.21).</remarks>
internal static class PayloadRules
{
    // RFC 7296 1.2, 2.6, 2.23; RFC 7383 2.3; RFC 9242 3.1.
    private static readonly PayloadRule[] InitRequest =
    [
        new(PayloadType.SecurityAssociation, 1, 1, Inside.Clear),
        new(PayloadType.KeyExchange,         1, 1, Inside.Clear),
        new(PayloadType.Nonce,               1, 1, Inside.Clear),
        new(PayloadType.Notify,              0, IkeLimits.Notifies, Inside.Clear),
        new(PayloadType.VendorId,            0, IkeLimits.VendorIds, Inside.Clear),
    ];

    private static readonly PayloadRule[] InitResponse =
    [
        new(PayloadType.SecurityAssociation, 0, 1, Inside.Clear),
        new(PayloadType.KeyExchange,         0, 1, Inside.Clear),
        new(PayloadType.Nonce,               0, 1, Inside.Clear),
        new(PayloadType.CertificateRequest,  0, IkeLimits.Certificates, Inside.Clear),
        new(PayloadType.Notify,              0, IkeLimits.Notifies, Inside.Clear),
        new(PayloadType.VendorId,            0, IkeLimits.VendorIds, Inside.Clear),
    ];

    // RFC 9242 3.2, RFC 9370 2.2.2; a postquantum preshared key alone takes no KE payload (RFC 9867 3.1).
    private static readonly PayloadRule[] IntermediateRequest =
    [
        new(PayloadType.KeyExchange, 0, 1, Inside.Encrypted),
        new(PayloadType.Notify,      0, IkeLimits.Notifies, Inside.Encrypted),
        new(PayloadType.VendorId,    0, IkeLimits.VendorIds, Inside.Encrypted),
    ];

    private static readonly PayloadRule[] IntermediateResponse =
    [
        new(PayloadType.KeyExchange, 0, 1, Inside.Encrypted),
        new(PayloadType.Notify,      0, IkeLimits.Notifies, Inside.Encrypted),
        new(PayloadType.VendorId,    0, IkeLimits.VendorIds, Inside.Encrypted),
    ];

    // RFC 7296 1.2, 2.19; SA and TS are missing where no child is wanted (RFC 6023).
    private static readonly PayloadRule[] AuthRequest =
    [
        new(PayloadType.IdentityInitiator,        1, 1, Inside.Encrypted),
        new(PayloadType.IdentityResponder,        0, 1, Inside.Encrypted),
        new(PayloadType.Authentication,           0, 1, Inside.Encrypted),
        new(PayloadType.SecurityAssociation,      0, 1, Inside.Encrypted),
        new(PayloadType.TrafficSelectorInitiator, 0, 1, Inside.Encrypted),
        new(PayloadType.TrafficSelectorResponder, 0, 1, Inside.Encrypted),
        new(PayloadType.Certificate,              0, IkeLimits.Certificates, Inside.Encrypted),
        new(PayloadType.CertificateRequest,       0, IkeLimits.Certificates, Inside.Encrypted),
        new(PayloadType.Configuration,            0, 1, Inside.Encrypted),
        new(PayloadType.Notify,                   0, IkeLimits.Notifies, Inside.Encrypted),
        new(PayloadType.VendorId,                 0, IkeLimits.VendorIds, Inside.Encrypted),
    ];

    private static readonly PayloadRule[] AuthResponse =
    [
        new(PayloadType.IdentityResponder,        0, 1, Inside.Encrypted),
        new(PayloadType.Authentication,           0, 1, Inside.Encrypted),
        new(PayloadType.SecurityAssociation,      0, 1, Inside.Encrypted),
        new(PayloadType.TrafficSelectorInitiator, 0, 1, Inside.Encrypted),
        new(PayloadType.TrafficSelectorResponder, 0, 1, Inside.Encrypted),
        new(PayloadType.Certificate,              0, IkeLimits.Certificates, Inside.Encrypted),
        new(PayloadType.Configuration,            0, 1, Inside.Encrypted),
        new(PayloadType.ExtensibleAuthentication, 0, 1, Inside.Encrypted),
        new(PayloadType.Notify,                   0, IkeLimits.Notifies, Inside.Encrypted),
        new(PayloadType.VendorId,                 0, IkeLimits.VendorIds, Inside.Encrypted),
    ];

    // RFC 7296 1.3.
    private static readonly PayloadRule[] CreateChildRequest =
    [
        new(PayloadType.SecurityAssociation,      1, 1, Inside.Encrypted),
        new(PayloadType.Nonce,                    1, 1, Inside.Encrypted),
        new(PayloadType.KeyExchange,              0, 1, Inside.Encrypted),
        new(PayloadType.TrafficSelectorInitiator, 0, 1, Inside.Encrypted),
        new(PayloadType.TrafficSelectorResponder, 0, 1, Inside.Encrypted),
        new(PayloadType.Configuration,            0, 1, Inside.Encrypted),
        new(PayloadType.Notify,                   0, IkeLimits.Notifies, Inside.Encrypted),
        new(PayloadType.VendorId,                 0, IkeLimits.VendorIds, Inside.Encrypted),
    ];

    private static readonly PayloadRule[] CreateChildResponse =
    [
        new(PayloadType.SecurityAssociation,      0, 1, Inside.Encrypted),
        new(PayloadType.Nonce,                    0, 1, Inside.Encrypted),
        new(PayloadType.KeyExchange,              0, 1, Inside.Encrypted),
        new(PayloadType.TrafficSelectorInitiator, 0, 1, Inside.Encrypted),
        new(PayloadType.TrafficSelectorResponder, 0, 1, Inside.Encrypted),
        new(PayloadType.Configuration,            0, 1, Inside.Encrypted),
        new(PayloadType.Notify,                   0, IkeLimits.Notifies, Inside.Encrypted),
        new(PayloadType.VendorId,                 0, IkeLimits.VendorIds, Inside.Encrypted),
    ];

    // RFC 9370 2.2.4.
    private static readonly PayloadRule[] FollowupKe =
    [
        new(PayloadType.KeyExchange, 0, 1, Inside.Encrypted),
        new(PayloadType.Notify,      0, IkeLimits.Notifies, Inside.Encrypted),
        new(PayloadType.VendorId,    0, IkeLimits.VendorIds, Inside.Encrypted),
    ];

    // RFC 7296 1.4.
    private static readonly PayloadRule[] Informational =
    [
        new(PayloadType.Delete,        0, IkeLimits.Deletes, Inside.Encrypted),
        new(PayloadType.Configuration, 0, 1, Inside.Encrypted),
        new(PayloadType.Notify,        0, IkeLimits.Notifies, Inside.Encrypted),
        new(PayloadType.VendorId,      0, IkeLimits.VendorIds, Inside.Encrypted),
    ];

    /// <summary>The rows for a message; none for an exchange that we do not know.</summary>
    public static ReadOnlySpan<PayloadRule> For(ExchangeType exchange, bool response) => exchange switch
    {
        ExchangeType.IkeSaInit => response ? InitResponse : InitRequest,
        ExchangeType.IkeIntermediate => response ? IntermediateResponse : IntermediateRequest,
        ExchangeType.IkeAuth => response ? AuthResponse : AuthRequest,
        ExchangeType.CreateChildSa => response ? CreateChildResponse : CreateChildRequest,
        ExchangeType.IkeFollowupKe => FollowupKe,
        ExchangeType.Informational => Informational,
        _ => [],
    };
}
