using Mport.Cli.Panel;

namespace Mport.Cli.Tests;

/// <summary>A terminal of the size that the test says.</summary>
internal sealed class FakeTerminal : ITerminal
{
    public (int Width, int Height) Size { get; set; } = (80, 24);

    public bool InForeground { get; set; } = true;

    public bool KeysAreSilent { get; private set; }

    public IDisposable SilenceKeys()
    {
        KeysAreSilent = true;
        return new Restoration(this);
    }

    public void Suspend()
    {
    }

    private sealed class Restoration(FakeTerminal terminal) : IDisposable
    {
        public void Dispose() => terminal.KeysAreSilent = false;
    }
}
