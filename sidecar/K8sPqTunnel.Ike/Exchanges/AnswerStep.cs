namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>What happens after a peer's request.</summary>
internal enum AnswerStep
{
    /// <summary>The answer is written: it goes out.</summary>
    Send,

    /// <summary>
    /// Something outside has to be waited for. What was written is dropped, and the same request is carried out again by
    /// <see cref="AnswerWindow.Resume"/>; its repeats bring nothing until then.
    /// </summary>
    Later,
}
