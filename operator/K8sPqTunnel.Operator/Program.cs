using K8sPqTunnel.Operator.Commands;

return args switch
{
    ["crds", var folder] => CrdsCommand.Run(folder),
    [] or ["run"] => await RunCommand.RunAsync(),
    _ => Usage.Show(),
};
