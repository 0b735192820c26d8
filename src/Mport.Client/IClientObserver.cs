namespace Mport.Client;

/// <summary>Hears what happens in the engine.</summary>
public interface IClientObserver
{
    /// <summary>Called on the engine's threads, several at a time; must return at once and not throw.</summary>
    void On(ClientEvent happened);
}
