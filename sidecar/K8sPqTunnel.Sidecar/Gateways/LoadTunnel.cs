namespace K8sPqTunnel.Sidecar.Gateways;

/// <summary>Reads one tunnel and the values of its Secrets.</summary>
/// <param name="file">A YAML file with one IpsecTunnel.</param>
/// <param name="secretsFolder">Holds SECRET/KEY.</param>
/// <exception cref="IOException">It cannot be taken; the message says what is to be mended.</exception>
public delegate LoadedTunnel LoadTunnel(string file, string secretsFolder);
