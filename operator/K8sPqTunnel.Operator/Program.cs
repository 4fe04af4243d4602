using K8sPqTunnel.Operator.Commands;

return args switch
{
    ["crds", var folder] => CrdsCommand.Run(folder),
    ["admission-policy", var folder] => AdmissionPolicyCommand.Run(folder),
    ["reference", var folder] => ReferenceCommand.Run(folder),
    ["check", var url] when Uri.TryCreate(url, UriKind.Absolute, out Uri? parsed) => await CheckCommand.RunAsync(parsed, TimeProvider.System, Console.Out),
    [] or ["run"] => await RunCommand.RunAsync(),
    _ => Usage.Show(),
};
