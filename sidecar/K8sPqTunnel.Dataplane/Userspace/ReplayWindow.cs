namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>Which sequence numbers of an inbound SA have been seen: the anti-replay window (RFC 4303 3.4.3), as a ring of words (RFC 6479).</summary>
/// <remarks>
/// Numbers are 64-bit; of an SA without extended sequence numbers the upper half is 0. Ask <see cref="IsFresh"/> before decryption,
/// call <see cref="Accept"/> only after authentication. One thread accepts at a time; others may ask meanwhile, and hear of every number
/// whose acceptance was over before they asked.
/// </remarks>
internal sealed class ReplayWindow
{
    private const int WordBits = 64;

    private readonly ulong[] _words;
    private readonly ulong _size;
    private readonly ulong _wordMask;
    private ulong _highest;

    /// <summary>Makes an empty window of <paramref name="size"/> packets; 0 turns the check off and only follows the highest number.</summary>
    public ReplayWindow(int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        _size = (ulong)size;
        // One word more than the window needs: the word that is being filled must not be one that is still asked about (RFC 6479 2).
        int words = size == 0 ? 0 : (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)((size + WordBits - 1) / WordBits + 1));
        _words = new ulong[words];
        _wordMask = (ulong)Math.Max(words - 1, 0);
    }

    /// <summary>The highest number accepted so far; 0 before the first.</summary>
    public ulong Highest => Volatile.Read(ref _highest);

    /// <summary>Window size in packets.</summary>
    public ulong Size => _size;

    /// <summary>True when the number may be new: right of the window, or in it and not seen. 0 is never sent (RFC 4303 2.2).</summary>
    public bool IsFresh(ulong sequence)
    {
        ulong highest = Highest;
        if (_size == 0 || sequence > highest)
            return true;
        return sequence != 0 && highest - sequence < _size && (Volatile.Read(ref _words[WordOf(sequence)]) & BitOf(sequence)) == 0;
    }

    /// <summary>Marks an authenticated packet's number as seen and moves the window right where needed.</summary>
    public void Accept(ulong sequence)
    {
        ulong before = _highest;
        ulong after = Math.Max(before, sequence);
        if (_size > 0)
        {
            // Words that the window now enters hold bits of a lap ago.
            ulong entered = Math.Min(after / WordBits - before / WordBits, (ulong)_words.Length);
            for (ulong word = 1; word <= entered; word++)
                _words[(before / WordBits + word) & _wordMask] = 0;
            _words[WordOf(sequence)] |= BitOf(sequence);
        }
        // Last: who sees it sees the words that belong to it.
        Volatile.Write(ref _highest, after);
    }

    private ulong WordOf(ulong sequence) => (sequence / WordBits) & _wordMask;

    private static ulong BitOf(ulong sequence) => 1ul << (int)(sequence % WordBits);
}
