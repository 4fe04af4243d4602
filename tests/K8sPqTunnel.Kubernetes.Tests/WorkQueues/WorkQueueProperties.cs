using FsCheck.Fluent;
using K8sPqTunnel.Kubernetes.WorkQueues;
using K8sPqTunnel.Tests.Support;

namespace K8sPqTunnel.Kubernetes.Tests.WorkQueues;

public sealed class WorkQueueProperties
{
    private const int Keys = 4;

    private enum Step
    {
        Add,
        AddAfter,
        AddRateLimited,
        Take,
        Done,
        Forget,
        Advance,
    }

    [Fact]
    public void However_its_calls_interleave_a_key_is_never_out_twice_and_never_lost()
    {
        var steps =
            from step in Gen.Elements(Enum.GetValues<Step>())
            from key in Gen.Choose(0, Keys - 1)
            from amount in Gen.Choose(0, 3000)
            select (step, key, amount);

        Prop.ForAll(steps.ListOf().ToArbitrary(), script => BehavesLikeTheModel([.. script])).MustHold(tests: 3000);
    }

    private static bool BehavesLikeTheModel(IReadOnlyList<(Step Step, int Key, int Amount)> script)
    {
        var time = new ManualTime();
        using var queue = new WorkQueue<int>(new WorkQueueOptions { Name = "model", TimeProvider = time });
        var model = new WorkQueueModel();

        foreach (var (step, key, amount) in script)
        {
            switch (step)
            {
                case Step.Add:
                    queue.Add(key);
                    model.Add(key);
                    break;
                case Step.AddAfter:
                    queue.AddAfter(key, TimeSpan.FromMilliseconds(amount));
                    model.AddAfter(key, amount);
                    break;
                case Step.AddRateLimited:
                    // A server that asks to wait does so in some of the cases.
                    int atLeast = amount % 3 == 0 ? amount : 0;
                    queue.AddRateLimited(key, TimeSpan.FromMilliseconds(atLeast));
                    model.AddRateLimited(key, atLeast);
                    break;
                case Step.Take when queue.TryTake(out int taken):
                    if (!model.Take(taken))
                        return false;
                    break;
                case Step.Done when model.Taken.Count > 0:
                    int done = model.Taken.ElementAt(amount % model.Taken.Count);
                    queue.Done(done);
                    model.Taken.Remove(done);
                    break;
                case Step.Forget:
                    queue.Forget(key);
                    model.Failures[key] = 0;
                    break;
                case Step.Advance:
                    time.Advance(TimeSpan.FromMilliseconds(amount));
                    model.Advance(amount);
                    break;
                default:
                    break;
            }

            if (queue.Count != model.Waiting)
                return false;
        }

        foreach (int key in model.Taken)
            queue.Done(key);
        time.Advance(TimeSpan.FromHours(1));
        HashSet<int> drained = [];
        while (queue.TryTake(out int key))
            drained.Add(key);
        return drained.SetEquals(model.Owed);
    }
}
