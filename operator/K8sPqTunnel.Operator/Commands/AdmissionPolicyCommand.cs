using K8sPqTunnel.Api.Policies;

namespace K8sPqTunnel.Operator.Commands;

/// <summary>`admission-policy FOLDER`: writes the ValidatingAdmissionPolicy that the C# rules make.</summary>
internal static class AdmissionPolicyCommand
{
    public static int Run(string folder)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, "admission-policy.yaml");
        File.WriteAllText(path, AdmissionPolicy.ToYaml());
        Console.WriteLine(path);
        return 0;
    }
}
