using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Mport.Protocol.Control;
using Mport.Protocol.Errors;
using Mport.Server.Events;
using Mport.Server.Tunnels;

namespace Mport.Server.Edge.Sessions;

/// <summary>The tunnels that one session holds, by their numbers in it. Used by the session's control loop alone.</summary>
internal sealed class SessionTunnels(TunnelOpener opener, SessionLimits limits, IEventLog events, ILogger logger)
{
    // For a log line.
    private const int MaxHealthText = 200;

    private readonly Dictionary<int, SessionTunnelLink> _links = [];
    private readonly Dictionary<int, TunnelOpened> _answers = [];
    private int _lastNumber;

    /// <summary>Opens a tunnel and gives the answer for the client.</summary>
    public async Task<ControlMessage> OpenAsync(EdgeSession session, OpenTunnel open, CancellationToken cancellationToken)
    {
        DropEnded();
        if (_answers.Values.FirstOrDefault(answer => answer.Request == open.Request && _links[answer.Number].Name == open.Name) is { } before)
        {
            // The client asks again because the answer was lost with its control stream.
            return before;
        }

        var opening = await TryOpenAsync(session, open, cancellationToken);
        if (opening.Link is { } link)
        {
            _links.Add(link.Number, link);
            events.Record(SessionEvents.TunnelOpened(session.Identity, link.TunnelId, link.Name, opening.Urls[0]));
            logger.TunnelOpened(link.TunnelId, link.Name, session.Identity.Id, session.Identity.Email, opening.Urls[0]);
            var answer = new TunnelOpened { Request = open.Request, Tunnel = link.TunnelId, Number = link.Number, Urls = opening.Urls, TookOver = opening.TookOver };
            _answers.Add(link.Number, answer);
            return answer;
        }

        var failure = opening.Failure ?? Failure.Of(TunnelErrors.TunnelClosedByEdge);
        logger.TunnelRefused(open.Name, session.Identity.Id, session.Identity.Email, failure.Code, failure.Text);
        return new TunnelRefused { Request = open.Request, Code = failure.Code.ToString(), Text = failure.Text, Retry = failure.Retry };
    }

    /// <summary>The client closes a tunnel.</summary>
    public void Close(int number)
    {
        if (_links.Remove(number, out var link))
        {
            _answers.Remove(number);
            opener.Close(link);
            events.Record(SessionEvents.TunnelClosed(link.Session.Identity, link.TunnelId, link.Name, "The client closed it."));
        }
    }

    /// <summary>The client told how a tunnel's target is. A number that it does not have is passed over: the tunnel may just have been taken over.</summary>
    public void SetHealth(TunnelHealth health)
    {
        if (_links.TryGetValue(health.Number, out var link))
        {
            var text = health.Text ?? "";
            opener.SetHealth(link, health.Healthy, text.Length <= MaxHealthText ? text : text[..MaxHealthText]);
        }
    }

    /// <summary>The session has ended.</summary>
    public void CloseAll()
    {
        foreach (var link in _links.Values)
        {
            // One that was taken over has been told of already.
            var wasOpen = !link.Ended.IsCancellationRequested;
            opener.Close(link);
            if (wasOpen)
            {
                events.Record(SessionEvents.TunnelClosed(link.Session.Identity, link.TunnelId, link.Name, "The session ended."));
            }
        }

        _links.Clear();
    }

    private async Task<TunnelOpening> TryOpenAsync(EdgeSession session, OpenTunnel open, CancellationToken cancellationToken)
    {
        if (_links.Count >= limits.MaxTunnels)
        {
            return new TunnelOpening(Failure.Of(TunnelErrors.TooManyTunnels, $"This session has {limits.MaxTunnels} tunnels, the most that one may have."));
        }

        if (!await opener.Gate.EnterAsync(cancellationToken))
        {
            return new TunnelOpening(Failure.Of(ProtocolErrors.EdgeDraining, retry: true));
        }

        try
        {
            return await opener.OpenAsync(session, open, ++_lastNumber, cancellationToken);
        }
        catch (Exception error) when (error is DbException or DbUpdateException)
        {
            // A full disk or a locked database: what is open goes on, and the client asks again (REL-07, REL-08).
            logger.DatabaseFailed("open a tunnel", error.InnerException?.Message ?? error.Message);
            return new TunnelOpening(Failure.Of(ProtocolErrors.EdgeUnavailable, retry: true));
        }
        finally
        {
            opener.Gate.Leave();
        }
    }

    // Another session took them over.
    private void DropEnded()
    {
        foreach (var number in _links.Where(pair => pair.Value.Ended.IsCancellationRequested).Select(pair => pair.Key).ToList())
        {
            _links.Remove(number);
            _answers.Remove(number);
        }
    }
}
