using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Operator.Commands;

/// <summary>`crds FOLDER`: writes the CustomResourceDefinitions that the C# types make.</summary>
internal static class CrdsCommand
{
    public static int Run(string folder)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, CustomResourceDefinition.IpsecTunnelName + ".yaml");
        File.WriteAllText(path, CustomResourceDefinition.IpsecTunnelYaml());
        Console.WriteLine(path);
        return 0;
    }
}
