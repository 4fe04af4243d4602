using K8sPqTunnel.Operator.Commands;

return args switch
{
    ["crds", var folder] => CrdsCommand.Run(folder),
    ["reference", var folder] => ReferenceCommand.Run(folder),
    [] or ["run"] => await RunCommand.RunAsync(),
    _ => Usage.Show(),
};
