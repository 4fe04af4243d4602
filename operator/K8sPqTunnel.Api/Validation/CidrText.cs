using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace K8sPqTunnel.Api.Validation;

/// <summary>Reads networks in CIDR form, and says what is wrong with those that are not.</summary>
internal static class CidrText
{
    public static bool TryParse(string text, string example, out IPNetwork network, [NotNullWhen(false)] out string? error)
    {
        network = default;
        int slash = text.IndexOf('/');
        string addressText = slash < 0 ? text : text[..slash];
        if (!IPAddress.TryParse(addressText, out IPAddress? address)
            || (address.AddressFamily == AddressFamily.InterNetwork && address.ToString() != addressText))
        {
            error = $"\"{text}\" is not a CIDR: write an address and a prefix length, for example {example}";
            return false;
        }

        int bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        if (slash < 0)
        {
            error = $"\"{text}\" is not a CIDR: it has no prefix length; for the single address write {text}/{bits}";
            return false;
        }

        if (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int prefix) || prefix > bits)
        {
            string family = bits == 32 ? "IPv4" : "IPv6";
            error = $"\"{text}\" is not a CIDR: the prefix of an {family} network is 0 to {bits}, for example {example}";
            return false;
        }

        IPAddress first = FirstOf(address, prefix);
        if (!first.Equals(address))
        {
            error = $"\"{text}\" has bits set after its prefix: write {first}/{prefix}";
            return false;
        }

        network = new IPNetwork(address, prefix);
        error = null;
        return true;
    }

    /// <summary>Reads an address with the length of its network's prefix.</summary>
    public static bool TryParseAddress(
        string text, string example, [NotNullWhen(true)] out IPAddress? address, out int prefixLength, [NotNullWhen(false)] out string? error)
    {
        address = null;
        prefixLength = 0;
        string[] parts = text.Split('/');
        if (parts.Length != 2 || !AddressText.TryParse(parts[0], out IPAddress? read)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int prefix)
            || prefix is 0 || prefix > (read.AddressFamily == AddressFamily.InterNetwork ? 32 : 128))
        {
            error = $"\"{text}\" is no address of an interface: write it with the length of its network's prefix, for example {example}";
            return false;
        }

        (address, prefixLength, error) = (read, prefix, null);
        return true;
    }

    /// <summary>The network that an address stands on.</summary>
    public static IPNetwork NetworkOf(IPAddress address, int prefixLength) => new(FirstOf(address, prefixLength), prefixLength);

    private static IPAddress FirstOf(IPAddress address, int prefix)
    {
        byte[] octets = address.GetAddressBytes();
        for (int i = 0; i < octets.Length; i++)
        {
            int kept = Math.Clamp(prefix - (i * 8), 0, 8);
            octets[i] &= (byte)(0xff << (8 - kept));
        }

        return new IPAddress(octets);
    }
}
