using Mport.Testing;

namespace Mport.EndToEnd.Tests.Recovery;

/// <summary>Watches a file that another program writes.</summary>
internal sealed class Growth : IDisposable
{
    private readonly FileSystemWatcher _watcher;
    private readonly string _path;
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Begins to watch; the file need not be there yet.</summary>
    public Growth(string folder, string name)
    {
        _path = Path.Combine(folder, name);
        _watcher = new FileSystemWatcher(folder, name) { NotifyFilter = NotifyFilters.Size | NotifyFilters.FileName | NotifyFilters.LastWrite };
        _watcher.Changed += (_, _) => Tell();
        _watcher.Created += (_, _) => Tell();
        _watcher.EnableRaisingEvents = true;
    }

    /// <summary>Waits until the file has so many bytes.</summary>
    public async Task ReachesAsync(long bytes)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                changed = _changed.Task;
            }

            if (new FileInfo(_path) is { Exists: true } file && file.Length >= bytes)
            {
                return;
            }

            await changed.Limited($"{_path} to have {bytes} bytes");
        }
    }

    /// <inheritdoc />
    public void Dispose() => _watcher.Dispose();

    private void Tell()
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.TrySetResult();
    }
}
