using K8sPqTunnel.Operator.Commands;

return args switch
{
    ["crds", var folder] => CrdsCommand.Run(folder),
    _ => Usage.Show(),
};
