using System.Diagnostics;

namespace K8sPqTunnel.Lab.Roots;

/// <summary>Unpacks a Debian package as dpkg would lay out its files, without running its scripts.</summary>
internal static class PackageArchive
{
    /// <summary>Adds its files to the root.</summary>
    /// <exception cref="LabException">The package or the disk is broken.</exception>
    public static async Task UnpackAsync(string archive, string root, CancellationToken cancellationToken)
    {
        using Process files = Start(new ProcessStartInfo("dpkg-deb", ["--fsys-tarfile", archive]) { UseShellExecute = false, RedirectStandardOutput = true });
        // dpkg-deb -x would replace the merged /bin by a folder where a package carries /bin.
        using Process tar = Start(new ProcessStartInfo("tar", ["-x", "--keep-directory-symlink", "-C", root])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
        });
        try
        {
            await files.StandardOutput.BaseStream.CopyToAsync(tar.StandardInput.BaseStream, cancellationToken);
            tar.StandardInput.Close();
            await Task.WhenAll(files.WaitForExitAsync(cancellationToken), tar.WaitForExitAsync(cancellationToken));
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            files.Kill();
            tar.Kill();
            if (e is IOException)
                throw new LabException($"{Path.GetFileName(archive)} cannot be unpacked into {root}: {e.Message}.", e);
            throw;
        }

        if (files.ExitCode != 0 || tar.ExitCode != 0)
            throw new LabException($"{Path.GetFileName(archive)} cannot be unpacked into {root}.");
    }

    private static Process Start(ProcessStartInfo start) =>
        Process.Start(start) ?? throw new LabException($"\"{start.FileName}\" did not start.");
}
