namespace Mport.EndToEnd.Tests.Kit;

/// <summary>Where the built programs lie.</summary>
internal static class Programs
{
    /// <summary>The folder of <c>mport</c> and <c>mportd</c>: <c>MPORT_OUT</c>, or <c>out</c> beside the solution.</summary>
    public static string Folder { get; } = Environment.GetEnvironmentVariable("MPORT_OUT") is { Length: > 0 } given ? given : Path.Combine(Root(), "out");

    /// <summary>The client.</summary>
    public static string Client => Find("mport");

    /// <summary>The edge.</summary>
    public static string Edge => Find("mportd");

    /// <summary>The path of another program, or null where it is not installed.</summary>
    public static string? OnPath(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(["/usr/sbin", "/sbin"])
        .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    private static string Find(string name)
    {
        var path = Path.Combine(Folder, name);
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is missing: run ./build first, or set MPORT_OUT to the folder of the built programs.");
    }

    /// <summary>The folder of the solution.</summary>
    public static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Mport.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("The tests do not lie in a checkout of Mport: set MPORT_OUT to the folder of the built programs.");
    }
}
