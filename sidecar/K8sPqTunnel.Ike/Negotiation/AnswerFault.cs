namespace K8sPqTunnel.Ike.Negotiation;

/// <summary>Why a responder's choice is no choice from our offer.</summary>
internal enum AnswerFault
{
    None,
    Malformed,
    SeveralProposals,
    NotOffered,
    SeveralTransforms,
    SameMethodTwice,
    TransformMissing,

    /// <summary>An additional key exchange is missing that the proposal does not make optional.</summary>
    KeyExchangeMissing,
}
