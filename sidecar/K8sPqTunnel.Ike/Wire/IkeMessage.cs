namespace K8sPqTunnel.Ike.Wire;

/// <summary>A message whose payloads can be read: in the open, or decrypted and reassembled.</summary>
internal readonly ref struct IkeMessage(
    IkeHeader header, ReadOnlySpan<byte> headerOctets, PayloadType first, ReadOnlySpan<byte> payloads, Inside inside)
{
    public IkeHeader Header { get; } = header;

    /// <summary>
    /// The octets before <see cref="Payloads"/>: the IKE header, and with an encrypted message the generic header of its SK
    /// payload, as if it had gone unfragmented. What IntAuth and AUTH cover (RFC 9242 3.3.2, RFC 7296 2.15).
    /// </summary>
    public ReadOnlySpan<byte> HeaderOctets { get; } = headerOctets;

    /// <summary>Type of the first payload: of the first inner one where the message is encrypted.</summary>
    public PayloadType First { get; } = first;

    /// <summary>The payload chain, each payload with its generic header.</summary>
    public ReadOnlySpan<byte> Payloads { get; } = payloads;

    public PayloadReader Read() => new(Payloads, First);

    /// <summary>Holds the message against the rows of <see cref="PayloadRules"/>.</summary>
    /// <param name="culprit">The payload type that breaks them.</param>
    public MessageFault Check(out PayloadType culprit)
    {
        ReadOnlySpan<PayloadRule> rules = PayloadRules.For(Header.Exchange, Header.IsResponse);
        Span<int> seen = stackalloc int[rules.Length];
        seen.Clear();
        culprit = PayloadType.None;

        PayloadReader reader = Read();
        for (int count = 1; reader.TryRead(out RawPayload payload); count++)
        {
            culprit = payload.Type;
            if (count > IkeLimits.Payloads)
                return MessageFault.TooManyPayloads;
            int row = IndexOf(rules, payload.Type);
            if (row < 0)
            {
                if (Enum.IsDefined(payload.Type))
                    return MessageFault.MisplacedPayload;
                if (payload.Critical)
                    return MessageFault.UnknownCriticalPayload;
                continue;                                            // RFC 7296 2.5: skipped
            }

            if (rules[row].Inside != inside)
                return MessageFault.MisplacedPayload;
            if (++seen[row] > rules[row].AtMost)
                return MessageFault.TooManyPayloads;
            if (!IsReadable(payload))
                return MessageFault.Malformed;
        }

        if (reader.Error != ParseError.None)
            return MessageFault.Malformed;

        for (int row = 0; row < rules.Length; row++)
        {
            culprit = rules[row].Type;
            if (seen[row] < rules[row].AtLeast)
                return MessageFault.MissingPayload;
        }

        culprit = PayloadType.None;
        return MessageFault.None;
    }

    public bool TryFind(PayloadType type, out ReadOnlySpan<byte> body)
    {
        PayloadReader reader = Read();
        while (reader.TryRead(out RawPayload payload))
        {
            if (payload.Type == type)
            {
                body = payload.Body;
                return true;
            }
        }

        body = default;
        return false;
    }

    public bool TryFindNotify(NotifyType type, out NotifyPayload notify)
    {
        PayloadReader reader = Read();
        while (reader.TryRead(out RawPayload payload))
        {
            if (payload.Type == PayloadType.Notify && NotifyPayload.TryRead(payload.Body, out notify) && notify.Type == type)
                return true;
        }

        notify = default;
        return false;
    }

    public bool HasNotify(NotifyType type) => TryFindNotify(type, out _);

    /// <summary>The first Notify of an error type, known to us or not (RFC 7296 3.10.1).</summary>
    public bool TryFindError(out NotifyPayload notify)
    {
        PayloadReader reader = Read();
        while (reader.TryRead(out RawPayload payload))
        {
            if (payload.Type == PayloadType.Notify && NotifyPayload.TryRead(payload.Body, out notify) && notify.IsError)
                return true;
        }

        notify = default;
        return false;
    }

    /// <summary>Whoever looks for one of them passes over what it cannot read, so it is said here (RFC 7296 2.21.3).</summary>
    private static bool IsReadable(in RawPayload payload) => payload.Type switch
    {
        PayloadType.Notify => NotifyPayload.TryRead(payload.Body, out _),
        PayloadType.Delete => DeletePayload.TryRead(payload.Body, out _),
        _ => true,
    };

    private static int IndexOf(ReadOnlySpan<PayloadRule> rules, PayloadType type)
    {
        for (int row = 0; row < rules.Length; row++)
        {
            if (rules[row].Type == type)
                return row;
        }

        return -1;
    }
}
