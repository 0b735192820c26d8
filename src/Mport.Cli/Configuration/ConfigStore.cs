using System.Text;
using Mport.Protocol.Errors;

namespace Mport.Cli.Configuration;

/// <summary>Reads and writes the configuration file on disk. It may hold a token, so only its owner may read what is written here.</summary>
internal static class ConfigStore
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OthersRead = UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    // A thousand tunnels are 100 kB; whatever is far longer is not a configuration file.
    private const int LongestFile = 1024 * 1024;

    /// <summary>Reads the file that this run uses. A file that nobody named may be missing: then everything in it is absent.</summary>
    public static Checked<ConfigFile> Load(string? option, Surroundings around)
    {
        var (path, named) = ConfigPath.Choose(option, around);
        var text = ReadText(path);
        if (!text.Ok)
        {
            return text.Failures.ToArray();
        }

        if (text.Value.Length == 0 && !File.Exists(path))
        {
            return named
                ? Failure.Of(UsageErrors.ConfigurationUnreadable, $"There is no file {path}.")
                : new ConfigFile { Path = path };
        }

        var file = ConfigReader.Read(path, text.Value);
        return file is { Ok: true, Value.Token: not null } && OthersMayRead(path) ? file.Value with { TokenExposed = true } : file;
    }

    /// <summary>The file's text; empty when there is no file.</summary>
    public static Checked<string> ReadText(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: > LongestFile }
                ? Failure.Of(UsageErrors.ConfigurationUnreadable, $"{path} is longer than 1 MiB.")
                : File.ReadAllText(path);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return "";
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return Failure.Of(UsageErrors.ConfigurationUnreadable, $"{path} cannot be read: {unreadable.Message}");
        }
    }

    /// <summary>Replaces the file's text in one step, readable by the owner alone; makes the folder if need be.</summary>
    public static Failure? Write(string path, string text)
    {
        try
        {
            // Where the file is a link (a folder of dotfiles), what it points to is replaced, not the link.
            path = new FileInfo(path).LinkTarget is null ? Path.GetFullPath(path) : File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
            var folder = Path.GetDirectoryName(path) ?? ".";
            MakePrivateFolder(folder);
            var fresh = Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}");
            var how = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                how.UnixCreateMode = OwnerOnly;
            }

            using (var stream = new FileStream(fresh, how))
            {
                stream.Write(Encoding.UTF8.GetBytes(text));
                stream.Flush(flushToDisk: true);
            }

            File.Move(fresh, path, overwrite: true);
            return null;
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            return Failure.Of(UsageErrors.ConfigurationUnreadable, $"{path} cannot be written: {unwritable.Message}");
        }
    }

    /// <summary>Makes a folder that only its owner may enter, if it does not exist.</summary>
    public static void MakePrivateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        }
    }

    private static bool OthersMayRead(string path) => !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & OthersRead) != UnixFileMode.None;
}
