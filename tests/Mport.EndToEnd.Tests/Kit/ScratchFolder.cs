namespace Mport.EndToEnd.Tests.Kit;

/// <summary>A folder of a test's own, which is gone with it.</summary>
internal sealed class ScratchFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mport-e2e-");

    /// <summary>Its path.</summary>
    public string Path => _folder.FullName;

    /// <summary>A path in it.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <inheritdoc />
    public void Dispose() => _folder.Delete(recursive: true);
}
