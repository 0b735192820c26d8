namespace Mport.Repository.Tests;

/// <summary>The checkout's own files: all but what .gitignore names.</summary>
internal static class SourceTree
{
    private static readonly HashSet<string> Ignored = ["bin", "obj", "out", ".git", ".vs", ".idea", "mport-data", "TestResults", "results"];

    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Paths relative to <see cref="Root"/>, with slashes, in order.</summary>
    public static IReadOnlyList<string> Files { get; } =
        [.. Walk(new DirectoryInfo(Root)).Select(f => Path.GetRelativePath(Root, f.FullName).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    /// <summary>The files below a folder with an ending, such as <c>.cs</c>; never none.</summary>
    public static IReadOnlyList<string> Below(string folder, string ending)
    {
        string[] found = [.. Files.Where(f => f.StartsWith(folder, StringComparison.Ordinal) && f.EndsWith(ending, StringComparison.Ordinal))];
        Assert.NotEmpty(found);
        return found;
    }

    /// <summary>The text of a file.</summary>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>Whether a file or folder stands in the checkout.</summary>
    public static bool Exists(string path) => Path.Exists(Path.Combine(Root, path));

    private static IEnumerable<FileInfo> Walk(DirectoryInfo folder) =>
        folder.EnumerateDirectories().Where(d => !Ignored.Contains(d.Name)).SelectMany(Walk).Concat(folder.EnumerateFiles().Where(f => f.Name != ".git"));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Mport.slnx")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests do not lie in a checkout.");
        }

        return folder.FullName;
    }
}
