using System.CommandLine;
using K8sPqTunnel.Lab.Caching;
using K8sPqTunnel.Lab.Images;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Lab.CommandLine;

/// <summary><c>images</c>: builds the container images, and says where they are.</summary>
internal static class ImagesCommand
{
    public static Command Create(Repository repository, StepRunner steps)
    {
        var command = new Command("images", "Builds the container images of the operator and the daemon, without a container engine.");
        command.SetAction(async (_, cancellationToken) =>
        {
            foreach (BuiltImage image in await new ProductImages(repository, new LabCache(repository.Cache), steps).BuildAsync(cancellationToken))
                Console.WriteLine($"{image.Name} {image.Id} {image.Archive}");
        });
        return command;
    }
}
