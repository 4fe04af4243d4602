using System.Text.Json;
using K8sPqTunnel.Dataplane.Tests.Support;

namespace K8sPqTunnel.Dataplane.Tests.Netlink.Xfrm;

/// <summary>What iproute2 sent to the kernel, command by command.</summary>
internal static class RecordedMessages
{
    /// <summary>The whole message with its header, sequence 0; skips the test where the recordings are absent.</summary>
    public static byte[] Find(string name)
    {
        using JsonDocument recorded = JsonDocument.Parse(File.ReadAllText(SharedVectors.Find("xfrm-netlink/xfrm_golden_messages.json")));
        JsonElement message = recorded.RootElement.GetProperty("messages").EnumerateArray().Single(one => one.GetProperty("name").GetString() == name);
        return Convert.FromHexString(message.GetProperty("message").GetString()!);
    }
}
