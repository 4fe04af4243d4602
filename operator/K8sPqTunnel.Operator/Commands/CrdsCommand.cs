using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Operator.Commands;

/// <summary>`crds FOLDER`: writes the CustomResourceDefinitions that the C# types make.</summary>
internal static class CrdsCommand
{
    public static int Run(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (CustomResourceDefinition definition in CustomResourceDefinition.All)
        {
            string path = Path.Combine(folder, definition.Name + ".yaml");
            File.WriteAllText(path, definition.ToYaml());
            Console.WriteLine(path);
        }

        return 0;
    }
}
