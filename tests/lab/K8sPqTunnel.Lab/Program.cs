using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.CommandLine;

return await LabCommand.InvokeAsync(args, Repository.Find());
