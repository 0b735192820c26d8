namespace Mport.Cli.Output;

/// <summary>Writes whole lines at once, from any thread. When the reader of a pipe has gone, lines go nowhere and the tunnels go on.</summary>
internal sealed class LineSink(TextWriter writer)
{
    private readonly Lock _lock = new();

    public void Write(string line)
    {
        lock (_lock)
        {
            try
            {
                writer.WriteLine(line);
                writer.Flush();
            }
            catch (IOException)
            {
                // A script that has read its URL and closed the pipe still wants the tunnel.
            }
        }
    }
}
