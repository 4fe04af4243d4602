namespace K8sPqTunnel.Operator.Commands;

/// <summary>What the program says when it does not know its arguments.</summary>
internal static class Usage
{
    private const int InputError = 2;

    public static int Show()
    {
        Console.Error.WriteLine("""
            usage: K8sPqTunnel.Operator [run]             runs the operator against the cluster of KUBECONFIG, or of the pod that it runs in
                   K8sPqTunnel.Operator check URL         waits up to a minute until the operator whose /readyz this is is ready
                   K8sPqTunnel.Operator crds FOLDER       writes the CustomResourceDefinitions into FOLDER
                   K8sPqTunnel.Operator reference FOLDER  writes the reference of their fields into FOLDER
                   K8sPqTunnel.Operator admission-policy FOLDER
                                                          writes the ValidatingAdmissionPolicy of post-quantum policies into FOLDER
            """);
        return InputError;
    }
}
