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
}
