namespace K8sPqTunnel.Ike.Tests.Simulation;

/// <summary>Spoils octets: cut short, longer, or some of them changed.</summary>
internal static class Mutation
{
    public static byte[] Of(Random random, byte[] octets)
    {
        byte[] changed = [.. octets];
        switch (random.Next(4))
        {
            case 0:
                return changed[..random.Next(changed.Length)];
            case 1:
                return [.. changed, .. new byte[random.Next(1, 40)]];
            default:
                for (int i = random.Next(1, 6); i > 0; i--)
                    changed[random.Next(changed.Length)] = (byte)random.Next(256);
                return changed;
        }
    }
}
