using System.Runtime.ExceptionServices;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Transcripts;

/// <summary>What strangers and peers may send to our responder: the recorded messages, spoiled.</summary>
public sealed class MutatedInitiatorTests
{
    private const int Seeds = 60;

    /// <summary>What one datagram may cost, however long it is: an answer, a sentence for the log.</summary>
    private const int Bounded = 4096;

    public static TheoryData<string> Recorded => RecordedResponderTests.WithPsk;

    [Theory, MemberData(nameof(Recorded))]
    public void A_spoiled_datagram_is_counted_and_costs_neither_an_exception_nor_memory_by_its_length(string name)
    {
        Transcript transcript = TranscriptFiles.Load(name);
        byte[][] frames = [.. transcript.Exchanges.SelectMany(e => e.RequestFrames.Concat(e.ResponseFrames))];
        using RecordedInitiator recorded = Established(transcript);
        recorded.Output.Scratch = new byte[65536];
        using ExceptionCount exceptions = new();
        Random random = new(1);
        int costly = 0;
        for (int round = 0; round < Seeds; round++)
        {
            foreach (byte[] frame in frames)
            {
                byte[] spoiled = Mutation.Of(random, frame);
                int halfOpen = recorded.Endpoint.HalfOpenCount;
                long turnedAway = recorded.Endpoint.Drops[DropReason.TurnedAway], drops = Drops(recorded), before = GC.GetAllocatedBytesForCurrentThread();
                recorded.Receive(spoiled);
                long cost = GC.GetAllocatedBytesForCurrentThread() - before;

                // What was left whole in the places that count is a good request, and may open an SA, or find nothing in common.
                bool isSound = recorded.Endpoint.HalfOpenCount != halfOpen || recorded.Endpoint.Drops[DropReason.TurnedAway] != turnedAway;
                if (isSound || Drops(recorded) == drops)
                    continue;
                Assert.Equal(drops + 1, Drops(recorded));
                costly += cost > Bounded ? 1 : 0;
            }
        }

        Assert.Equal(ConnectionState.Established, recorded.Connection.State);
        Assert.Equal(0, exceptions.Count);
        // Collections that other tests begin may count as an allocation of ours: see Memory.
        Assert.InRange(costly, 0, Seeds * frames.Length / 100);
        Assert.True(Drops(recorded) > Seeds * frames.Length / 2);
    }

    [Theory, MemberData(nameof(Recorded))]
    public void Spoiled_payloads_inside_the_protection_never_throw_and_never_authenticate_anybody(string name)
    {
        Transcript transcript = TranscriptFiles.Load(name);
        for (int seed = 0; seed < Seeds; seed++)
        {
            Random random = new(seed);
            using RecordedInitiator recorded = new(transcript);
            using ExceptionCount exceptions = new();
            recorded.AskInit();
            TranscriptExchange[] steps = [.. recorded.Intermediates, recorded.Auth];
            int spoiled = random.Next(steps.Length);
            for (int i = 0; i < spoiled; i++)
                recorded.Ask(steps[i].RequestFrames);
            byte[] inner = [];
            recorded.AskChanged(steps[spoiled], octets => inner = Mutation.Of(random, octets));
            for (int i = spoiled + 1; i < steps.Length; i++)
                recorded.Ask(steps[i].RequestFrames);

            Assert.Equal(0, exceptions.Count);
            // Traffic selectors and notifies of IKE_AUTH are nobody's word; who somebody is, and the proof of it, is.
            if (recorded.Connection.State == ConnectionState.Established)
                Assert.True(spoiled == steps.Length - 1 && KeepsProof(steps[spoiled], inner), $"seed {seed}");
        }
    }

    private static bool KeepsProof(TranscriptExchange auth, byte[] inner)
    {
        var message = new IkeMessage(default, default, (PayloadType)auth.Request!.Payloads[0].Type, inner, Inside.Encrypted);
        return message.TryFind(PayloadType.IdentityInitiator, out ReadOnlySpan<byte> id)
            && id.SequenceEqual(RecordedResponder.Body(auth.Request, PayloadType.IdentityInitiator))
            && message.TryFind(PayloadType.Authentication, out ReadOnlySpan<byte> proof)
            && proof.SequenceEqual(RecordedResponder.Body(auth.Request, PayloadType.Authentication));
    }

    private static RecordedInitiator Established(Transcript transcript)
    {
        RecordedInitiator recorded = new(transcript);
        recorded.AskInit();
        foreach (TranscriptExchange exchange in recorded.Intermediates)
            recorded.Ask(exchange, out _);
        recorded.Ask(recorded.Auth, out _);
        return recorded;
    }

    private static long Drops(RecordedInitiator recorded) => recorded.Endpoint.Drops.Total + recorded.Connection.Drops.Total;

    /// <summary>Counts exceptions of this thread, caught ones too.</summary>
    private sealed class ExceptionCount : IDisposable
    {
        private readonly int _thread = Environment.CurrentManagedThreadId;

        public ExceptionCount() => AppDomain.CurrentDomain.FirstChanceException += CountOne;

        public int Count { get; private set; }

        public void Dispose() => AppDomain.CurrentDomain.FirstChanceException -= CountOne;

        private void CountOne(object? sender, FirstChanceExceptionEventArgs e)
        {
            if (Environment.CurrentManagedThreadId == _thread)
                Count++;
        }
    }
}
