using Microsoft.Win32.SafeHandles;
using Mport.Protocol.Errors;

namespace Mport.Server.Data;

/// <summary>Held by the one edge that runs on a data folder. The system gives it up when the process dies, however it dies.</summary>
internal sealed class EdgeLock : IDisposable
{
    private const string FileName = "edge.lock";
    private readonly FileStream _file;

    private EdgeLock(FileStream file) => _file = file;

    /// <summary>The open file: whoever has a copy of this descriptor holds the lock as well.</summary>
    public SafeFileHandle Handle => _file.SafeFileHandle;

    /// <summary>The lock as another edge has handed it over.</summary>
    public static EdgeLock Adopt(SafeFileHandle handle) => new(new FileStream(handle, FileAccess.ReadWrite, bufferSize: 0));

    /// <summary>Leaves the lock to the edge that has a copy of the descriptor.</summary>
    public void Leave()
    {
        if (!Handle.IsClosed)
        {
            // A handle that .NET has locked is unlocked before it is closed, for all who share it; one made of the bare descriptor is not.
            var bare = new SafeFileHandle(Handle.DangerousGetHandle(), ownsHandle: true);
            Handle.SetHandleAsInvalid();
            bare.Dispose();
        }
    }

    /// <summary>Takes the lock of an existing data folder.</summary>
    /// <exception cref="EdgeStartException">Another edge holds it, or the folder cannot be written.</exception>
    public static EdgeLock Take(string dataFolder)
    {
        try
        {
            return new EdgeLock(EdgeFiles.Open(Path.Combine(dataFolder, FileName), FileMode.OpenOrCreate, FileShare.None));
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new EdgeStartException(Failure.Of(EdgeErrors.DataFolderUnusable, $"The data folder {dataFolder} cannot be written."), denied);
        }
        catch (IOException busy) when (IsHeld(dataFolder))
        {
            throw new EdgeStartException(Failure.Of(EdgeErrors.AlreadyRunning, $"Another edge runs with the data folder {dataFolder}."), busy);
        }
        catch (IOException broken)
        {
            throw new EdgeStartException(Failure.Of(EdgeErrors.DataFolderUnusable, $"The data folder {dataFolder} cannot be used: {broken.Message}"), broken);
        }
    }

    /// <summary>Whether an edge runs with the data folder. The answer may be out of date when it arrives.</summary>
    public static bool IsHeld(string dataFolder)
    {
        var path = Path.Combine(dataFolder, FileName);
        if (!File.Exists(path))
        {
            return false;
        }

        try
        {
            EdgeFiles.Open(path, FileMode.Open, FileShare.None).Dispose();
            return false;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return refused is IOException;
        }
    }

    /// <summary>Gives the lock up.</summary>
    public void Dispose() => _file.Dispose();
}
