import type { RequestHandler } from 'express';
import helmet from 'helmet';

const POLICY = {
  'default-src': ["'self'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  // Previews of chosen files, and the small pictures inside the style sheets.
  'img-src': ["'self'", 'blob:', 'data:'],
  'font-src': ["'self'"],
  'object-src': ["'none'"],
  'base-uri': ["'none'"],
  'frame-ancestors': ["'none'"],
  'form-action': ["'self'"],
};

const UNUSED_FEATURES = ['geolocation', 'microphone', 'payment', 'usb', 'display-capture', 'browsing-topics'];
const PERMISSIONS = ['camera=(self)', ...UNUSED_FEATURES.map((feature) => `${feature}=()`)].join(', ');

/**
 * What browsers are told to refuse. The site runs on plain http on a desk and in a LAN too, so what insists
 * on TLS is said only over TLS.
 */
export function createSecurityHeaders(): RequestHandler {
  const common = {
    contentSecurityPolicy: { useDefaults: false, directives: POLICY },
    referrerPolicy: { policy: 'same-origin' },
    frameguard: { action: 'deny' },
  } as const;
  const overTls = helmet(common);
  const overPlainHttp = helmet({
    ...common,
    strictTransportSecurity: false,
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
  });
  return (req, res, next) => {
    res.set('Permissions-Policy', PERMISSIONS);
    (req.secure ? overTls : overPlainHttp)(req, res, next);
  };
}
