namespace Mport.EndToEnd.Tests.Kit;

/// <summary>A file system of a few megabytes, which can be filled and emptied.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly ScratchFolder _scratch = new();

    /// <summary>Where it is mounted.</summary>
    public string Path => _scratch.File("disk");

    private string Ballast => System.IO.Path.Combine(Path, "ballast");

    /// <summary>Makes one, or skips the test where that needs rights that are not there.</summary>
    public static async Task<SmallDisk> CreateAsync(int bytes)
    {
        var mount = Programs.OnPath("mount");
        Assert.SkipWhen(mount is null, "mount is not installed");
        Assert.SkipUnless(Environment.UserName == "root", "mounting a file system needs root");
        var made = new SmallDisk();
        Directory.CreateDirectory(made.Path);
        (await Ran.ToEndAsync(mount, ["-t", "tmpfs", "-o", $"size={bytes}", "none", made.Path])).Succeeded();
        return made;
    }

    /// <summary>Takes all the room that is left.</summary>
    public void Fill()
    {
        var piece = new byte[4096];
        using var file = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                file.Write(piece);
            }
        }
        catch (IOException)
        {
            // No room is left.
        }
    }

    /// <summary>Gives the room back.</summary>
    public void Empty() => File.Delete(Ballast);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Ran.ToEndAsync("umount", ["-l", Path]);
        _scratch.Dispose();
    }
}
