using System.Buffers.Binary;

namespace K8sPqTunnel.Lab.Capture;

/// <summary>Reads capture files of the classic libpcap format (pcap-savefile(5)) with Ethernet frames.</summary>
public static class PcapReader
{
    private const int FileHeaderLength = 24;
    private const int RecordHeaderLength = 16;
    private const int Ethernet = 1;
    private const int MaxCaptured = 1 << 18;
    private const uint MicrosecondMagic = 0xa1b2c3d4;
    private const uint NanosecondMagic = 0xa1b23c4d;

    /// <summary>The frames in their order; a last record that was cut off by the end of the capture is left out.</summary>
    /// <exception cref="InvalidDataException">It is not a pcap file, not of Ethernet, or broken in the middle.</exception>
    public static IEnumerable<CapturedPacket> Read(Stream file)
    {
        byte[] header = new byte[FileHeaderLength];
        if (file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length)
            throw new InvalidDataException("The file is shorter than a pcap header.");
        bool little = IsMagic(BinaryPrimitives.ReadUInt32LittleEndian(header));
        if (!little && !IsMagic(BinaryPrimitives.ReadUInt32BigEndian(header)))
            throw new InvalidDataException("The file does not start with a pcap magic number.");
        bool nanoseconds = Field(header, 0, little) == NanosecondMagic;
        // The upper bits carry the FCS length (pcap-savefile(5)).
        if ((Field(header, 20, little) & 0xffff) is not Ethernet and uint linkType)
            throw new InvalidDataException($"The capture has link type {linkType}; only Ethernet (1) is read.");

        byte[] record = new byte[RecordHeaderLength];
        for (int number = 1; file.ReadAtLeast(record, record.Length, throwOnEndOfStream: false) == record.Length; number++)
        {
            uint captured = Field(record, 8, little);
            if (captured > MaxCaptured)
                throw new InvalidDataException($"Record {number} claims {captured} octets.");
            byte[] data = new byte[captured];
            if (file.ReadAtLeast(data, data.Length, throwOnEndOfStream: false) < data.Length)
                yield break;
            long ticks = Field(record, 0, little) * TimeSpan.TicksPerSecond;
            ticks += nanoseconds ? Field(record, 4, little) / 100 : Field(record, 4, little) * TimeSpan.TicksPerMicrosecond;
            yield return new CapturedPacket(number, new TimeSpan(ticks), (int)Field(record, 12, little), data);
        }
    }

    private static bool IsMagic(uint value) => value is MicrosecondMagic or NanosecondMagic;

    private static uint Field(byte[] header, int offset, bool little) =>
        little ? BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(offset)) : BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(offset));
}
