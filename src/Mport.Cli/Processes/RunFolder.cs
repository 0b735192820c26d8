using System.Diagnostics;
using System.Globalization;
using Mport.Cli.Configuration;

namespace Mport.Cli.Processes;

/// <summary>The folder with one socket for each running <c>mport</c> of this user. Only its owner may enter it, which is what guards the sockets.</summary>
internal sealed class RunFolder(string stateFolder)
{
    private const string Extension = ".sock";

    private readonly string _path = Path.Combine(stateFolder, "run");

    /// <summary>Makes the folder if need be.</summary>
    /// <returns>The path for this process's own socket, free of what a dead process of the same number left.</returns>
    public string PrepareOwn(int pid)
    {
        ConfigStore.MakePrivateFolder(_path);
        var own = SocketOf(pid);
        File.Delete(own);
        return own;
    }

    /// <summary>The sockets that are there, dead ones included, by process id.</summary>
    public IReadOnlyList<(int Pid, string Socket)> List() => Directory.Exists(_path)
        ? [.. Directory.EnumerateFiles(_path, "*" + Extension)
            .Select(file => (Known: int.TryParse(Path.GetFileNameWithoutExtension(file), NumberStyles.None, CultureInfo.InvariantCulture, out var pid), pid, file))
            .Where(entry => entry.Known)
            .Select(entry => (entry.pid, entry.file))
            .OrderBy(entry => entry.pid)]
        : [];

    /// <summary>Removes a socket that nobody answers at, if its process is really gone: one that has just begun does not answer yet.</summary>
    public static void RemoveIfDead(int pid, string socket)
    {
        if (!IsAlive(pid))
        {
            File.Delete(socket);
        }
    }

    private string SocketOf(int pid) => Path.Combine(_path, pid.ToString(CultureInfo.InvariantCulture) + Extension);

    private static bool IsAlive(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
