namespace K8sPqTunnel.Lab.Images.Bills;

/// <summary>A digest in lower-case hexadecimal, for example of algorithm SHA256.</summary>
internal sealed record SpdxChecksum(string Algorithm, string ChecksumValue);
