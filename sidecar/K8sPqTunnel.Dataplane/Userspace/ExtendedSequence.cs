namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>Finds the upper half of an extended sequence number, of which only the lower half travels (RFC 4303 appendix A2.2).</summary>
internal static class ExtendedSequence
{
    /// <summary>The window that is assumed where the anti-replay check is off: the number must be guessed all the same.</summary>
    private const uint AssumedWindow = 1024;

    /// <param name="received">The lower 32 bits from the packet.</param>
    /// <param name="highest">The highest 64-bit number authenticated so far (Th | Tl).</param>
    /// <param name="window">Window size in packets (W); 0 where the check is off.</param>
    public static ulong Reconstruct(uint received, ulong highest, ulong window)
    {
        uint size = window == 0 ? AssumedWindow : (uint)Math.Min(window, uint.MaxValue);
        uint upper = (uint)(highest >> 32);
        uint top = (uint)highest;
        uint bottom = unchecked(top - size + 1);

        // Case A: the window lies in one subspace; a number left of it belongs to the next one.
        if (top >= size - 1)
            upper += received >= bottom ? 0u : 1u;
        // Case B: the window spans two subspaces; a number at its bottom or right of it belongs to the former one, if there was one.
        else if (received >= bottom && upper > 0)
            upper--;
        return ((ulong)upper << 32) | received;
    }
}
