using System.CommandLine;
using K8sPqTunnel.Lab.Caching;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Roots;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Lab.CommandLine;

/// <summary><c>roots</c>: makes every root, and runs a program in one when it is given, to look around.</summary>
internal static class RootsCommand
{
    public static Command Create(Repository repository, StepRunner steps)
    {
        var program = new Argument<string[]>("program") { Description = "A program to run in the Debian 13 root, with its arguments." };
        var command = new Command("roots", "Makes the Debian roots in the cache.") { program };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var maker = new DebianRootMaker(new LabCache(repository.Cache));
            string debian13 = "";
            await steps.RunAllAsync(
                new LabStep("Debian 13 root", async step => debian13 = await maker.MakeAsync(LabRoots.Debian13, step, cancellationToken)),
                new LabStep("strongSwan 6.1 root", step => maker.MakeAsync(LabRoots.StrongSwan, step, cancellationToken)),
                new LabStep("classical strongSwan root", step => maker.MakeAsync(LabRoots.ClassicalStrongSwan, step, cancellationToken)),
                new LabStep("libreswan root", step => maker.MakeAsync(LabRoots.Libreswan, step, cancellationToken)),
                new LabStep("iked root", step => maker.MakeAsync(LabRoots.Iked, step, cancellationToken)),
                new LabStep("kernel guest root", step => maker.MakeAsync(LabRoots.Kernel, step, cancellationToken)));
            if (parsed.GetValue(program) is not [string name, .. string[] arguments])
                return 0;

            using Site site = await Site.CreateAsync("roots", debian13, repository.Binds, cancellationToken);
            var result = await site.RunAsync(new Processes.Command(name, arguments) { WorkingDirectory = repository.Root }, cancellationToken);
            await Console.Out.WriteAsync(result.Output);
            await Console.Error.WriteAsync(result.Errors);
            return result.ExitCode;
        });
        return command;
    }
}
