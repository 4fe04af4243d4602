using System.Buffers;
using System.Text.Json;

namespace K8sPqTunnel.Kubernetes.Applying;

/// <summary>An object's fields as four octets each: enough to tell whether it still has the fields that were applied, without keeping it.</summary>
/// <remarks>
/// A print is of a field's path and value; a list's items are counted. Prints of two processes differ (<see cref="HashCode"/> is seeded), so they
/// are never stored. A change goes unseen with a chance of about one to ten million.
/// </remarks>
public readonly struct FieldPrints
{
    private readonly uint[]? _sorted;

    private FieldPrints(uint[] sorted) => _sorted = sorted;

    /// <summary>Every field of the other object is in this one, with the same value; this one may have more.</summary>
    public bool Contain(FieldPrints other)
    {
        foreach (uint print in other._sorted ?? [])
        {
            if (Array.BinarySearch(_sorted ?? [], print) < 0)
                return false;
        }

        return true;
    }

    /// <summary>Reads them from an object's JSON.</summary>
    internal static FieldPrints Of(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return Read(ref reader);
    }

    /// <summary>Reads them from the object that the reader stands on; the reader ends on its last token.</summary>
    /// <exception cref="JsonException">It is no object.</exception>
    internal static FieldPrints Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("the object is no JSON object");

        List<uint> prints = new(64);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            // The items of a list come without their type, and a status is not applied with the rest.
            bool counts = !reader.ValueTextEquals("apiVersion"u8) && !reader.ValueTextEquals("kind"u8) && !reader.ValueTextEquals("status"u8);
            int field = HashOfText(ref reader);
            reader.Read();
            if (counts)
                Read(ref reader, field, prints);
            else
                reader.Skip();
        }

        uint[] sorted = [.. prints];
        Array.Sort(sorted);
        return new FieldPrints(sorted);
    }

    /// <summary>Adds the prints of the value that the reader stands on; the reader ends on its last token.</summary>
    /// <param name="reader">On the value's first token.</param>
    /// <param name="path">The print of the path to it.</param>
    /// <param name="prints">Gets a print for each leaf.</param>
    private static void Read(ref Utf8JsonReader reader, int path, List<uint> prints)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    int field = HashCode.Combine(path, HashOfText(ref reader));
                    reader.Read();
                    Read(ref reader, field, prints);
                }

                break;
            case JsonTokenType.StartArray:
                for (int item = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; item++)
                    Read(ref reader, HashCode.Combine(path, item), prints);
                break;
            case JsonTokenType.String:
                prints.Add((uint)HashCode.Combine(path, HashOfText(ref reader)));
                break;
            default:
                var number = new HashCode();
                number.Add(path);
                number.AddBytes(reader.ValueSpan);
                prints.Add((uint)number.ToHashCode());
                break;
        }
    }

    // Of the text, not of its octets: the two ends of a connection escape differently.
    private static int HashOfText(ref Utf8JsonReader reader)
    {
        char[] text = ArrayPool<char>.Shared.Rent(reader.ValueSpan.Length);
        int length = reader.CopyString(text);
        int hash = string.GetHashCode(text.AsSpan(0, length), StringComparison.Ordinal);
        ArrayPool<char>.Shared.Return(text);
        return hash;
    }
}
