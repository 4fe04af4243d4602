using K8sPqTunnel.Lab.Roots;

namespace K8sPqTunnel.Lab.Guests;

/// <summary>The roots that test programs find inside a guest, by variables of the environment.</summary>
public static class GuestRoots
{
    internal static IReadOnlyList<DebianRoot> All { get; } = [LabRoots.Debian13, LabRoots.StrongSwan];

    /// <summary>Where a root is, seen from a program in the guest.</summary>
    /// <exception cref="LabException">The program does not run in a guest that has it.</exception>
    public static string Find(DebianRoot root) => Environment.GetEnvironmentVariable(VariableOf(root))
        ?? throw new LabException($"{VariableOf(root)} is not set: run the tests with ./test.sh kernel.");

    internal static string VariableOf(DebianRoot root) => $"PQTUNNEL_ROOT_{root.Name.ToUpperInvariant()}";
}
