namespace K8sPqTunnel.Lab.Peers;

/// <summary>swanctl.conf.</summary>
public static class SwanctlConf
{
    internal const string ConnectionName = "peer";
    internal const string ChildName = "net";
    internal const string CertificateFile = "peer.pem";

    /// <summary>swanctl.conf with this connection, named <c>peer</c>, and its child <c>net</c>.</summary>
    public static string ToSwanctl(this PeerConnection connection)
    {
        string auth = connection.Credentials is null ? "psk" : "pubkey";
        ConfSection file = new ConfSection()
            .Section("connections", all => all.Section(ConnectionName, peer => Ppk(peer, connection)
                .Set("version", "2")
                .Set("local_addrs", connection.LocalAddress)
                .Set("remote_addrs", connection.RemoteAddress)
                .Set("proposals", connection.IkeProposal)
                .Set("fragmentation", "yes")
                .Set("childless", connection.Childless ? "force" : "allow")
                .Set("mobike", connection.Mobike ? "yes" : "no")
                .Section("local", local => Local(local.Set("auth", auth).Set("id", connection.LocalId), connection))
                .Section("remote", remote => remote.Set("auth", connection.Signatures == SignatureScheme.Pkcs1 ? "ike:rsa-sha256" : auth).Set("id", connection.RemoteId))
                .Section("children", children => children.Section(ChildName, child => child
                    .Set("local_ts", connection.LocalNetwork)
                    .Set("remote_ts", connection.RemoteNetwork)
                    .Set("esp_proposals", connection.EspProposal)))));
        if (connection.Credentials is null)
        {
            file.Section("secrets", secrets => secrets.Section("ike-peer", ike => ike
                .Set("id-local", connection.LocalId)
                .Set("id-remote", connection.RemoteId)
                .SetQuoted("secret", connection.Psk)));
        }

        if (connection.Ppk is { } ppk)
            file.Section("secrets", secrets => secrets.Section("ppk-peer", key => key.Set("id-peer", ppk.Id).SetQuoted("secret", ppk.Secret)));
        return file.ToString();
    }

    private static ConfSection Ppk(ConfSection peer, PeerConnection connection) => connection.Ppk is { OnlyStored: false } ppk
        ? peer.Set("ppk_id", ppk.Id).Set("ppk_required", ppk.Required ? "yes" : "no")
        : peer;

    private static void Local(ConfSection local, PeerConnection connection)
    {
        if (connection.Credentials is not null)
            local.Set("certs", CertificateFile);
    }
}
