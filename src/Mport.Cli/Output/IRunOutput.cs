using Mport.Client;

namespace Mport.Cli.Output;

/// <summary>Shows a run to the user. The events come one at a time; disposing ends the output before the last messages are printed.</summary>
internal interface IRunOutput : IAsyncDisposable
{
    /// <summary>Shows what happened.</summary>
    void Show(ClientEvent happened);

    /// <summary>Shows something that the program itself has to say.</summary>
    void Say(Verbosity level, string text);
}
