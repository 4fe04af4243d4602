namespace K8sPqTunnel.Api.Validation;

/// <summary>What can be wrong with a Secret's value as a pre-shared key.</summary>
public enum PreSharedKeyFlaw
{
    None,
    Empty,

    /// <summary>It ends with a line break, which is never meant and always counts.</summary>
    LineBreak,

    /// <summary>It is too short or too long.</summary>
    Length,

    /// <summary>strongSwan would decode it, and the tunnel does not say whether to.</summary>
    Ambiguous,

    NotHex,

    NotBase64,
}
