namespace Mport.Demo;

/// <summary>Where the programs lie.</summary>
internal static class Checkout
{
    /// <summary>The folder of <c>mport</c> and <c>mportd</c>: <c>MPORT_OUT</c>, or <c>out</c> beside the solution.</summary>
    public static string Programs { get; } = Environment.GetEnvironmentVariable("MPORT_OUT") is { Length: > 0 } given ? given : Path.Combine(Root(), "out");

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Mport.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DemoException("the demo does not lie in a checkout of Mport; start it with ./demo.");
    }
}
