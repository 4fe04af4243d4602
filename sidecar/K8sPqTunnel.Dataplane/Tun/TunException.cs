using K8sPqTunnel.Dataplane.Interop;

namespace K8sPqTunnel.Dataplane.Tun;

/// <summary>A TUN interface can't be had, or has been lost.</summary>
public sealed class TunException : IOException
{
    private TunException(string message)
        : base(message)
    {
    }

    internal static TunException FromOpen(string path, int error) => new(error switch
    {
        Errno.NoEntry or Errno.NoDevice or Errno.NoDeviceOrAddress =>
            $"{path} is missing: load the kernel module tun, or give the container the device (hostPath {path}, or mknod c 10 200)",
        Errno.NotPermitted or Errno.AccessDenied =>
            $"{path} may not be opened ({Errno.Describe(error)}): give the process the device and the capability NET_ADMIN",
        _ => $"{path} can't be opened: {Errno.Describe(error)}",
    });

    internal static TunException FromCreate(string name, int error) => new(error switch
    {
        Errno.NotPermitted =>
            $"interface {name} can't be made: the process needs the capability NET_ADMIN in its network namespace",
        Errno.Busy =>
            $"interface {name} is in use: another daemon runs this tunnel here; stop it first",
        _ => $"interface {name} can't be made: {Errno.Describe(error)}",
    });

    internal static TunException Gone(string name) =>
        new($"interface {name} is gone: it was removed from outside; restart the daemon to make it again");

    internal static TunException FromRead(string name, int error) =>
        new($"interface {name} is lost ({Errno.Describe(error)}): it was removed from outside; restart the daemon to make it again");
}
