using System.Security.Cryptography;

namespace Mport.Client;

/// <summary>The installation's lasting id, in the user's state folder. It tells the edge that a restarted client is the same machine and user.</summary>
public static class ClientIdFile
{
    private const string Alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";

    /// <summary><c>$XDG_STATE_HOME/mport/client-id</c>, <c>~/.local/state/mport/client-id</c>, or <c>%LOCALAPPDATA%\mport\client-id</c>.</summary>
    public static string DefaultPath => Path.Combine(StateFolder, "client-id");

    /// <summary>The user's state folder of Mport.</summary>
    public static string StateFolder => Path.Combine(
        OperatingSystem.IsWindows()
            ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } state
                ? state
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state"),
        "mport");

    /// <summary>Reads the id, or makes the file with a new one. Several processes may do so at the same time: all get the same id.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written.</exception>
    public static string ReadOrCreate(string path)
    {
        if (TryRead(path) is { } known)
        {
            return known;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".");
        var fresh = path + "." + RandomId();
        File.WriteAllText(fresh, RandomId());
        try
        {
            // Whoever links first wins; the others read what it wrote.
            File.Move(fresh, path, overwrite: false);
        }
        catch (IOException) when (TryRead(path) is not null)
        {
            File.Delete(fresh);
        }

        return TryRead(path) ?? throw new IOException($"{path} does not hold a client id; delete it.");
    }

    /// <summary>A new random id of the same form, for one process.</summary>
    public static string RandomId() => RandomNumberGenerator.GetString(Alphabet, 20);

    private static string? TryRead(string path)
    {
        try
        {
            var text = File.ReadAllText(path).Trim();
            return text.Length is >= 8 and <= 64 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') ? text : null;
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
