using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Operator.Commands;

/// <summary>`reference FOLDER`: writes the pages of the reference that the C# types make.</summary>
internal static class ReferenceCommand
{
    public static int Run(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (CustomResourceDefinition definition in CustomResourceDefinition.All)
        {
            string path = Path.Combine(folder, ReferencePage.FileNameOf(definition));
            File.WriteAllText(path, ReferencePage.Of(definition));
            Console.WriteLine(path);
        }

        return 0;
    }
}
