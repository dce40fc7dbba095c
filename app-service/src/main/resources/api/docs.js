'use strict';

SwaggerUIBundle({
  url: '/api/openapi.yaml',
  dom_id: '#contract',
  deepLinking: true,
  // A validator elsewhere would be asked otherwise.
  validatorUrl: null,
});
